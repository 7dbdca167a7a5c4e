# Names other columns than the rows have, one of them twice.
# ends: WORKER_PROTOCOL_ERROR: *
forging_result(lambda header, payload: ({**header, 'columns': ['a', 'a'], 'dtypes': ['X', 'Y'], 'encodings': [None, None]}, payload))
result = pl.DataFrame({'x': [1]})
