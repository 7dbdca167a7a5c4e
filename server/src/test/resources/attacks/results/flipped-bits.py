# Sends back Arrow in which every length is wrong.
# ends: WORKER_PROTOCOL_ERROR: The worker left a result that can't be read.
forging_result(lambda header, payload: (header, bytes(payload)[:8] + bytes(each ^ 0xff for each in bytes(payload)[8:])))
result = pl.DataFrame({'x': ['a', 'b']})
