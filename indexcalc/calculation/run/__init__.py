"""The results of a run: what the level pass found in, tables, manifest and files out.

- ``run``: a run in memory; ``tables`` and ``composition``: its tables; ``manifest``: what it was made from.
- ``files_and_journal``: files written whole or not at all; ``publish`` writes a run, ``restatement`` finds
  what would change.
- ``stored_manifest``, ``differences``: written runs read and compared.
"""
