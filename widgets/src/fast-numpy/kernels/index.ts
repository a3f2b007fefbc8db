/** All kernels, in one module; each has the name and the type of the loop that it takes the place of. */
export * from "./elementwise";
export * from "./matmul";
export { place } from "./scratch";
