"""Where a market or an output lies: a folder of this machine, or an object store behind a URI.

- ``place``: what a user writes as one of both; object stores with the few operations of a path needed here.
- ``file_safety``: reads and writes of files somebody else may have touched.
- ``delta``: a market of Delta tables, each at one version.
- ``cache``: the folder of this machine for what is made from markets that lie elsewhere.
"""
