# Asks to write tables that can't be: names twice, types of nowhere, trees without end.
# with: {"destination": "default.forged"}
def field(name, type_='long', id_=1, **more):
    return {'id': id_, 'name': name, 'required': False, 'type': type_, **more}
def deep(depth):
    type_ = 'long'
    for n in range(depth):
        type_ = {'type': 'struct', 'fields': [field('a', type_, n + 2)]}
    return type_
def schema(*fields, **more):
    return {'type': 'struct', 'schema-id': 0, 'fields': list(fields), **more}
schemas = [{}, schema(field('a', 'evil')), schema(field('a'), field('a', id_=2)), schema(field('a'), field('b')),
           schema(field('a', 'decimal(100, 200)')), schema(field('a', {'type': 'map'})), schema(field('a', 'fixed[-1]')),
           schema(field(None)), schema(field('a', id_='x')), schema(field('a'), **{'identifier-field-ids': [99]}),
           schema(field('a', 'geometry(evil)')), schema(field('a', id_=2**40)), schema({'name': 'a'}), schema(field('a', 7))]
result = outcomes(asking(*(('write', {'schema': each}) for each in schemas)))
