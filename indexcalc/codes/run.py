"""RUN: the files of a run, saved states and prices during a session."""

from __future__ import annotations

from indexcalc.codes.code import Code

CODES = (
    Code(
        "RUN001",
        "a written level would change",
        "The run would change a row that an earlier run wrote: a restatement.",
        "Use --restate to write it and keep the old values, or write to another --out.",
    ),
    Code(
        "RUN002",
        "the output folder is in use",
        "Another process is writing the same run.",
        "Wait for it, or use another --out.",
    ),
    Code(
        "RUN003",
        "a run that cannot be read",
        "A file of a written run is damaged or missing.",
        "Remove its folder, or use another --out; then compute it again.",
    ),
    Code(
        "RUN004",
        "a run that does not verify",
        "Recomputing a written run gave other values, or the market it was made from was not named.",
        "Name the market of the run; compare it with the one in the manifest; compute the run again.",
    ),
    Code(
        "RUN005",
        "saved state cannot be read",
        "The saved state of a live calculation is missing, damaged, or of another format.",
        "Make it again with `Live.begin` and `save`.",
    ),
    Code(
        "RUN006",
        "saved state of other rules",
        "The saved state belongs to other rules, or was made by another version.",
        "Resume it with the rules it was begun with, or begin again.",
    ),
    Code(
        "RUN007",
        "historical data has changed since this state was saved",
        "Past rows that the saved state was computed from have changed: its levels would be "
        "restated.",
        "Find out what has changed; begin again, and write the run again with `compute --restate`.",
    ),
    Code(
        "RUN008",
        "folder holds another kind of run",
        "A sweep would overwrite the files of a computed run, or a run would be written inside another.",
        "Name the folder above it with --out, or another.",
    ),
    Code(
        "RUN009",
        "trade that cannot be used",
        "A price during a session is for a line without a row on it, or is not a valid price.",
        "Check the symbol and the price; give the market the opening rows of the session's lines.",
    ),
    Code(
        "RUN010",
        "extra that is not installed",
        "What was asked for needs a library that is not part of the core installation.",
        "Install the extra that the message names, or choose another form.",
    ),
    Code(
        "RUN011",
        "executor that cannot be used",
        "The text of --executor names no executor, or none answers there.",
        "Write processes, processes:N or dask://HOST:PORT.",
    ),
    Code(
        "RUN012",
        "object store that refuses a run",
        "A written run cannot be read: its bucket does not exist, access is denied, or the store does not "
        "answer.",
        "Correct the bucket's name, give credentials through the environment of the store, or see that "
        "its host can be reached.",
    ),
    Code(
        "RUN013",
        "indices that are written beside others that are not",
        "Workers write their own files, and go on where an index cannot be computed or written: the "
        "others of the call are there.",
        "Correct what the errors beside it say and compute again; `--executor` left out writes nothing "
        "before all can be computed.",
        severity="warning",
        follows=True,
    ),
    Code(
        "RUN014",
        "workers that are killed",
        "A worker was killed, and so was the one that did its work again: by the system, as a rule, "
        "because memory is short.  What other workers wrote is there.",
        "Take fewer workers (processes:N), or compute fewer rules at a time.",
    ),
    Code(
        "RUN020",
        "output that cannot be written",
        "The place of a run refuses a file: no room, no permission, or a folder or link in the way. "
        "What was there before is as it was.",
        "Free the place, or use another --out.",
    ),
)
