"""The text of a rule as it is edited.

In: a text, a place in it, a lever.  Out: findings at their places, what may stand there, another text.

- ``reading``: what a text says and what is wrong with it; ``completion``: what may stand at a place.
- ``edits``: changes that keep comments; ``levers``: the values of a rule that can be dragged.
- ``buffers``: a buffer where there is none.
"""
