# Asks to write a table whose column is nested as deep as a message may be.
# with: {"destination": "default.forged"}
# ends: *: *
type_ = 'long'
for n in range(60):
    type_ = {'type': 'struct', 'fields': [{'id': n + 2, 'name': 'a' * 100, 'required': False, 'type': type_}]}
try:
    channel().ask('write', schema={'type': 'struct', 'schema-id': 0, 'fields': [{'id': 1, 'name': 'a', 'required': False, 'type': type_}]})
except LookupError as error:
    raise ValueError(str(error))
raise ValueError('was told how to write')
