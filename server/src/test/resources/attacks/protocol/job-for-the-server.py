# Sends what the protocol does not know: job for the server.
# ends: WORKER_DIED: The worker died while it ran the code.
send({'type': 'job', 'mode': 'script', 'script': '1'})
time.sleep(60)
