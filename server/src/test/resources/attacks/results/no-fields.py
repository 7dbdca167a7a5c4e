# Sends a result that says nothing of itself.
# ends: WORKER_PROTOCOL_ERROR: *
forging_result(lambda header, payload: ({'type': 'result'}, payload))
result = pl.DataFrame({'x': [1]})
