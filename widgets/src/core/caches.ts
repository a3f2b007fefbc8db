/** Removes the caches of this host whose names begin so. */
export async function removeCaches(prefix: string): Promise<void> {
  const names = (await caches.keys()).filter((name) => name.startsWith(prefix));
  await Promise.all(names.map((name) => caches.delete(name)));
}
