# Sends back the name of a file of noise.
# ends: WORKER_PROTOCOL_ERROR: The worker left a result that can't be read.
def forge(header, payload):
    open('/job/out/noise', 'wb').write(os.urandom(100_000))
    return {**header, 'file': 'noise'}, b''
forging_result(forge)
result = pl.DataFrame({'x': [1]})
