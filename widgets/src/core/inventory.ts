/** The site's list of what the reference describes (objects.inv, the form that Sphinx made common). */

/** Each documented name with its address below the site's root. */
export async function readInventory(bytes: Uint8Array<ArrayBuffer>): Promise<Map<string, string>> {
  let start = 0;
  for (let line = 0; line < 4; line++) start = bytes.indexOf(10, start) + 1; // the head is plain text
  const body = new Blob([bytes.subarray(start)]).stream().pipeThrough(new DecompressionStream("deflate"));
  const found = new Map<string, string>();
  for (const line of (await new Response(body).text()).split("\n")) {
    const [name, , , address] = line.split(" ");
    if (name && address) found.set(name, address.replace("$", name));
  }
  return found;
}
