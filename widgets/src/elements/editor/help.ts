/** What an editor can ask about the names in its code. */
import { runtime } from "../../runtime/client";
import type { CodeAreaOptions } from "./code-area";
import type { Names } from "./completion";
import type { Insight } from "./insight";

/** `page` is whose variables are meant, `before` the code that stands above. */
export function help(page: string, before: () => string): Pick<CodeAreaOptions, "names" | "lookUp"> {
  const ask = (question: "complete" | "describe", code: string, offset: number) =>
    runtime.ask(page, question, code, [...code.slice(0, offset)].length); // Python counts whole signs
  return {
    lookUp: async (code, offset) => (await import("./insight")).insight(ask, code, before(), offset),
    names: {
      complete: async (code, offset) => (await ask("complete", code, offset)) as unknown as Names | null,
      explain: async (name) => {
        const found = (await ask("describe", name, name.length)) as unknown as Insight | null;
        return found && [found.signature, found.summary ?? found.text].filter(Boolean).join("\n\n");
      },
    },
  };
}
