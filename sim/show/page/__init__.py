"""The page: a run, several, or a sweep as one HTML file that asks nothing of any other place.

`numbers` collects what it says as plain data, `packed` makes the weeks of a map small, `ground`
and `charts` draw, `render` puts it together.
"""
