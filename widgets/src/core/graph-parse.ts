/**
 * Reads expressions such as `L = (tanh(w*x + b) - y)**2` (Python's syntax; statements end with `;` or a new line)
 * into a computation graph. What cannot be read is said in words, with the place.
 */
export type Operation = "+" | "-" | "*" | "/" | "neg" | "**" | "tanh" | "exp" | "log" | "relu";
export const FUNCTIONS = ["tanh", "exp", "log", "relu"] as const;

export interface Node {
  readonly kind: "input" | "constant" | "operation";
  /** The name of an input or of an assigned result; made up (v1, v2, ...) for what is in between. */
  readonly name: string;
  readonly operation?: Operation;
  readonly exponent?: number;
  readonly constant?: number;
  /** Places of the arguments in the list of nodes: always earlier ones. */
  readonly parents: readonly number[];
}

export interface Graph {
  readonly nodes: readonly Node[]; // in the order in which they are computed; the last is the output
  readonly inputs: readonly string[];
  readonly python: readonly string[]; // the statements as `Value` wants them: x.tanh() for tanh(x)
}

export class ReadError extends Error {
  constructor(
    message: string,
    readonly at: number,
  ) {
    super(message);
  }
}

interface Token {
  readonly kind: "number" | "name" | "sign" | "end";
  readonly text: string;
  readonly at: number;
}

const MOST_NODES = 40;
const BINDS: Record<string, number> = { "+": 1, "-": 1, "*": 2, "/": 2, "**": 4 };
const UNARY = 3;

export function parse(text: string): Graph {
  return new Reader(text).program();
}

function tokens(text: string): Token[] {
  const found: Token[] = [];
  const pattern = /\s*(?:(\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?)|([A-Za-z_]\w*)|(\*\*|[-+*/()=;,]))/y;
  let at = 0;
  const clean = text.replace(/\n/g, ";").replace(/[·×]/g, "*").replace(/−/g, "-");
  while (clean.slice(at).trim() !== "") {
    pattern.lastIndex = at;
    const match = pattern.exec(clean);
    if (!match) {
      const place = at + clean.slice(at).search(/\S/);
      const sign = clean[place]!;
      throw new ReadError(sign === "^" ? "A power is written **, as in x**2." : `“${sign}” means nothing here.`, place);
    }
    at = pattern.lastIndex;
    const [, number, name, sign] = match;
    const word = (number ?? name ?? sign)!;
    found.push({ kind: number ? "number" : name ? "name" : "sign", text: word, at: at - word.length });
  }
  found.push({ kind: "end", text: "", at: clean.trimEnd().length });
  return found;
}

interface Piece {
  readonly node: number;
  readonly python: string;
  readonly binds: number; // how tightly its outermost operation binds, for brackets
}

class Reader {
  #tokens: Token[];
  #place = 0;
  #nodes: Node[] = [];
  #named = new Map<string, number>();
  #python: string[] = [];

  constructor(text: string) {
    this.#tokens = tokens(text);
  }

  program(): Graph {
    if (this.#peek().kind === "end") throw new ReadError("Write an expression, such as w*x + b.", 0);
    let output = -1;
    while (this.#peek().kind !== "end") {
      if (this.#take(";")) continue;
      output = this.#statement();
      if (this.#peek().kind !== "end" && !this.#take(";")) throw this.#surprise();
    }
    return this.#finish(output);
  }

  #statement(): number {
    const [first, second] = this.#tokens.slice(this.#place);
    const assigns = first?.kind === "name" && second?.text === "=";
    if (assigns) this.#place += 2;
    const piece = this.#expression(0);
    const name = assigns ? first.text : "L";
    if (assigns && this.#named.has(name)) {
      const known = this.#nodes[this.#named.get(name)!]!;
      throw new ReadError(`${name} is already ${known.kind === "input" ? "an input" : "a result"}: give this one another name.`, first.at);
    }
    if (assigns && FUNCTIONS.some((each) => each === name)) throw new ReadError(`${name} is a function: choose another name.`, first.at);
    const node = this.#nodes[piece.node]!;
    if (node.kind === "operation" && (assigns || !this.#named.has(name))) this.#nodes[piece.node] = { ...node, name };
    this.#named.set(name, piece.node);
    this.#python.push(`${name} = ${piece.python}`);
    return piece.node;
  }

  #expression(least: number): Piece {
    let left = this.#operand();
    for (;;) {
      const sign = this.#peek();
      const binds = sign.kind === "sign" ? BINDS[sign.text] : undefined;
      if (binds === undefined || binds < least) {
        if (sign.kind === "name" || sign.kind === "number" || sign.text === "(") {
          throw new ReadError(`An operation is missing before “${sign.text}”: write * to multiply.`, sign.at);
        }
        return left;
      }
      this.#place++;
      left = sign.text === "**" ? this.#power(left) : this.#binary(left, sign.text as Operation, this.#expression(binds + 1), binds);
    }
  }

  #binary(left: Piece, operation: Operation, right: Piece, binds: number): Piece {
    const node = this.#add({ kind: "operation", name: "", operation, parents: [left.node, right.node] });
    const space = binds === 1 ? ` ${operation} ` : operation;
    return { node, python: bracket(left, binds) + space + bracket(right, binds + 1), binds };
  }

  #power(base: Piece): Piece {
    const { at } = this.#peek();
    const negative = this.#take("-");
    const token = this.#peek();
    if (token.kind !== "number") throw new ReadError("The exponent is a plain number here, as in x**2 or x**-1.", at);
    this.#place++;
    const exponent = (negative ? -1 : 1) * Number(token.text);
    const node = this.#add({ kind: "operation", name: "", operation: "**", exponent, parents: [base.node] });
    return { node, python: `${bracket(base, 5)}**${exponent}`, binds: 4 };
  }

  #operand(): Piece {
    const token = this.#peek();
    this.#place++;
    if (token.kind === "number") return { node: this.#add({ kind: "constant", name: token.text, constant: Number(token.text), parents: [] }), python: token.text, binds: 6 };
    if (token.kind === "name") return this.#peek().text === "(" ? this.#call(token) : this.#name(token.text);
    if (token.text === "(") {
      const inner = this.#expression(0);
      this.#close(token, "This bracket is never closed.");
      return inner;
    }
    if (token.text === "-") {
      const inner = this.#expression(UNARY);
      const node = this.#add({ kind: "operation", name: "", operation: "neg", parents: [inner.node] });
      return { node, python: `-${bracket(inner, UNARY)}`, binds: UNARY };
    }
    this.#place--;
    throw this.#surprise();
  }

  #call(token: Token): Piece {
    const name = FUNCTIONS.find((each) => each === token.text);
    if (!name) {
      throw new ReadError(`There is no function ${token.text} here; there are ${FUNCTIONS.join(", ")}. To multiply, write ${token.text}*(...).`, token.at);
    }
    this.#place++;
    const inner = this.#expression(0);
    this.#close(token, `The bracket of ${name} is never closed.`);
    const node = this.#add({ kind: "operation", name: "", operation: name, parents: [inner.node] });
    return { node, python: `${bracket(inner, 6)}.${name}()`, binds: 6 };
  }

  #name(name: string): Piece {
    if (FUNCTIONS.some((each) => each === name)) throw new ReadError(`${name} needs a bracket: ${name}(x).`, this.#tokens[this.#place - 1]!.at);
    const node = this.#named.get(name) ?? this.#add({ kind: "input", name, parents: [] });
    this.#named.set(name, node);
    return { node, python: name, binds: 7 };
  }

  #add(node: Node): number {
    if (this.#nodes.length >= MOST_NODES) throw new ReadError(`More than ${MOST_NODES} steps: too many to look at.`, this.#peek().at);
    return this.#nodes.push(node) - 1;
  }

  #close(open: Token, message: string): void {
    if (this.#take(")")) return;
    if (this.#peek().kind === "end" || this.#peek().text === ";") throw new ReadError(message, open.at);
    throw this.#surprise();
  }

  /** Keeps what the output needs, and names what has no name. */
  #finish(output: number): Graph {
    const needed = new Set([output]);
    for (let i = output; i >= 0; i--) if (needed.has(i)) for (const parent of this.#nodes[i]!.parents) needed.add(parent);
    const order = [...needed].sort((a, b) => a - b);
    const place = new Map(order.map((node, i) => [node, i]));
    let unnamed = 0;
    const taken = new Set(this.#named.keys());
    const fresh = (): string => {
      do unnamed++;
      while (taken.has(`v${unnamed}`));
      return `v${unnamed}`;
    };
    const nodes = order.map((i) => {
      const node = this.#nodes[i]!;
      return { ...node, name: node.name || fresh(), parents: node.parents.map((parent) => place.get(parent)!) };
    });
    const inputs = nodes.filter(({ kind }) => kind === "input").map(({ name }) => name);
    return { nodes, inputs, python: this.#python };
  }

  #peek(): Token {
    return this.#tokens[this.#place]!;
  }

  #take(sign: string): boolean {
    const found = this.#peek().kind === "sign" && this.#peek().text === sign;
    if (found) this.#place++;
    return found;
  }

  #surprise(): ReadError {
    const { kind, text, at } = this.#peek();
    if (kind === "end" || text === ";") return new ReadError("Something is missing here: a name, a number or a bracket.", at);
    if (text === ")") return new ReadError("A value is missing before this bracket, or the bracket was never opened.", at);
    if (text === "=") return new ReadError("“=” gives a name to a result; before it stands one name.", at);
    return new ReadError(`A name or a number should stand here, not “${text}”.`, at);
  }
}

function bracket(piece: Piece, least: number): string {
  return piece.binds < least ? `(${piece.python})` : piece.python;
}
