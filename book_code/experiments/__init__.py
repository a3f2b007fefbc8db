"""One file an experiment: `Config`, `run(config, device, progress)` and `plot(result)`.

``python -m book_code.experiments`` runs those whose code, configuration or data changed since
their result was written, and draws their figures. A file added to this folder is an experiment
more; files whose names begin with an underscore hold what several experiments share.
"""
