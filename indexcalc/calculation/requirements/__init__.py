"""What a rule needs: a rule in, the tables and columns a market must have, or what cannot be computed.

- ``needs``: by key of the rule; ``float_source``: where float factors come from.
- ``unsupported``: keys whose terms are not computed.
"""
