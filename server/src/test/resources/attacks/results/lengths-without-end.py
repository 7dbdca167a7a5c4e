# Sends back Arrow whose first message is said to be two gigabytes long.
# ends: WORKER_PROTOCOL_ERROR: The worker left a result that can't be read.
forging_result(lambda header, payload: (header, struct.pack('<Ii', 0xffffffff, 0x7fffffff) + bytes(100)))
result = pl.DataFrame({'x': [1]})
