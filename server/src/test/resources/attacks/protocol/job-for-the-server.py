# Sends what the protocol does not know: job for the server.
# ends: WORKER_PROTOCOL_ERROR: The worker broke the protocol with the server.
send({'type': 'job', 'mode': 'script', 'script': '1'})
time.sleep(60)
