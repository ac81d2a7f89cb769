"""Caps: weights in, capped weights and capping factors out.

In: weights, the caps and checks in force, the unit of each line.  Out: `Capped`, or findings (CAP).

- `units`: lines, issuers, sectors as codes.
- `bounded`: one limit or bounds for each name, in closed form; `nested`: limits within limits.
- `feasibility`: can limits be met at all, on exact shares (CAP001 and its smallest feasible limit).
- `limits`: one stage of limits, met or excused.
- `sets`, `set_and_others`: what a set may weigh together; `measured`: factors from the means of a window.
- `verify_weights`: what must hold after every path.
- `state`: what caps pass on to each other.
- `forms`: what each form of cap does.
- `checks`: what must be true of the final weights.
- `caps`: all caps of a rule in order.
"""
