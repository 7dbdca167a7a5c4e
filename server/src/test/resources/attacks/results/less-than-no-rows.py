# Says that it has a negative number of rows.
# ends: WORKER_PROTOCOL_ERROR: *
forging_result(lambda header, payload: ({**header, 'rows': -5, 'returned': -5}, payload))
result = pl.DataFrame({'x': [1]})
