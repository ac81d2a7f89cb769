"""What a rule needs: a rule in, the tables and columns a market must have, or what cannot be computed.

- ``needs``: by key of the rule; ``tables_and_columns``: which of them a market does not have;
  ``float_and_shares``: float factors and listed shares.
- ``unsupported``: keys whose terms are not computed; ``states``: of indices checked every session.
"""
