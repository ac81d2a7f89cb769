"""The page of the studio, in NiceGUI (extra ``studio``); everything it shows is made outside of it.

- ``access_guard``: who may ask; ``server``: the server behind it.
- ``frame``: the parts of a page and where they lie; ``page``: what a person does, handed to the desk;
  ``shown_parts``: what comes back, put in its place.
- ``static``: the script that joins the editor, and the style.
"""
