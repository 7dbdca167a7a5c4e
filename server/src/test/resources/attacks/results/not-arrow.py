# Sends back something that is not Arrow.
# ends: WORKER_PROTOCOL_ERROR: The worker left a result that can't be read.
forging_result(lambda header, payload: (header, b'no arrow at all'))
result = pl.DataFrame({'x': [1]})
