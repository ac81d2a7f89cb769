"""Caps as a rule writes them: one module for each form of cap.

In: the nodes of `weighting.caps` and `weighting.check`.  Out: `Cap` and `Check` records, and what is
wrong with them before any data are seen.  What a cap does to weights is in `weighting/caps/forms`.

- `form`: what a form of cap is: its keys, help, checks and words (`CapForm`).
- `limit`, `ladder`, `set_together`, `factor`, `measured`, `by_rank`: the forms.
- `cap`: the table of forms (`CAP_FORMS`) and the records `Cap` and `Check`, which take their keys from it.

A new form is a module here with its keys and its `CapForm`, an entry in `CAP_FORMS` and a base of
`Cap`; its function in `weighting/caps/forms` and its sentence in `report/rulebook/sections/caps.py`,
under the same name.
"""
