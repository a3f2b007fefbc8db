/** Python files are imported as text; the bundler and the tests' runner both know how. */
declare module "*.py" {
  const source: string;
  export default source;
}
