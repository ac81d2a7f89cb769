"""What each form of cap does to weights: one module a form, one entry in `all_forms`.

In: the weights so far (`caps.state.State`) and a cap in force.  Out: the state with new weights,
capping factors and a row for the ledger.  What a rule may say of a form is in
`methodology/model/caps`, under the same name.

- `form`: what a form does (`FormFunctions`).
- `unconditional`: limits met together because nothing conditions them.
- `limit`, `ladder`, `set_together`, `factor`, `measured`, `by_rank`: the forms.
- `table`: the forms by name (`FORM_FUNCTIONS`).
"""
