# Sends back the name of a file of the server.
# ends: WORKER_PROTOCOL_ERROR: The worker broke the protocol with the server.
forging_result(lambda header, payload: ({**header, 'file': f'../../../../{home}/canary.txt'}, b''))
result = pl.DataFrame({'x': [1]})
