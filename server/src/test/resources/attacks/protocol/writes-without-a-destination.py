# Asks to write, in a run that was given no destination, and to merge.
result = outcomes(asking(
    ('write', {'schema': {'type': 'struct', 'schema-id': 0, 'fields': []}}),
    ('candidates', {'filter': None}),
))
