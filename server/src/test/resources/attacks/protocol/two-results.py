# Sends a result twice, and a failure after it.
# ends: [[1]]
def forge(header, payload):
    send(header, payload)
    send(header, payload)
    send({'type': 'failed', 'kind': 'script', 'error': 'x'})
    return header, payload
forging_result(forge)
result = pl.DataFrame({'x': [1]})
