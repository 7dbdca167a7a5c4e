# Says that it has more rows than it sends, where nothing may be left out.
# inline
# ends: WORKER_PROTOCOL_ERROR: *
forging_result(lambda header, payload: ({**header, 'rows': 10**18}, payload))
result = pl.DataFrame({'x': [1]})
