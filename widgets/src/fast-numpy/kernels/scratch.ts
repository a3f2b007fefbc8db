/** Where the kernels put what they need for a moment: they have no memory of their own. */
export let scratch: usize = 0;

/** Says where: `room()` bytes that nobody else uses, at a multiple of 16. */
export function place(address: usize): void {
  scratch = address;
}
