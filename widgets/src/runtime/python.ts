/**
 * The Python that runs in the worker beside Pyodide: written into its file system as the package
 * book_kernel. An element that computes in Python adds its half here, and calls it as book_kernel.<name>.
 */
import approximator from "../elements/approximator/model.py";
import derivative from "../elements/derivative/model.py";
import formula from "../elements/formula.py";
import lenet from "../elements/lenet/model.py";
import lossSurface from "../elements/loss-surface/model.py";
import oneNeuron from "../elements/one-neuron/model.py";
import optimizerRace from "../elements/optimizer-race/model.py";
import playgroundExports from "../elements/playground/exports.py";
import playground from "../elements/playground/model.py";
import playgroundPoints from "../elements/playground/points.py";
import signalDepth from "../elements/signal-depth/model.py";
import checks from "./exercise_checks.py";
import guard from "./exercise_guard.py";
import errors from "./friendly_errors.py";
import inspection from "./inspection.py";
import kernel from "./kernel.py";

export const BOOK_KERNEL: Record<string, string> = {
  "__init__.py": "",
  "approximator.py": approximator,
  "derivative.py": derivative,
  "exercise_checks.py": checks,
  "exercise_guard.py": guard,
  "formula.py": formula,
  "friendly_errors.py": errors,
  "inspection.py": inspection,
  "kernel.py": kernel,
  "lenet.py": lenet,
  "loss_surface.py": lossSurface,
  "one_neuron.py": oneNeuron,
  "optimizer_race.py": optimizerRace,
  "playground.py": playground,
  "playground_exports.py": playgroundExports,
  "playground_points.py": playgroundPoints,
  "signal_depth.py": signalDepth,
};
