# Sends back the name of a file of the server.
# ends: WORKER_DIED: The worker died while it ran the code.
forging_result(lambda header, payload: ({**header, 'file': f'../../../../{home}/canary.txt'}, b''))
result = pl.DataFrame({'x': [1]})
