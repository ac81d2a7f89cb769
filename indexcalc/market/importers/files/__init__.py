"""Files as columns: bytes in, named columns out that know the place of every cell.

``source`` (a file as bytes, text, columns), ``layout`` (what the user says of how it is written);
``text``, ``typed`` (Parquet, Arrow), ``spreadsheet`` and ``json_records`` read one kind each, ``kinds``
names the others, ``opening`` recognises which it is; ``sql`` asks a database.
"""
