# Sends what the protocol does not know: failure without an error.
# ends: WORKER_DIED: The worker died while it ran the code.
send({'type': 'failed', 'kind': 'script'})
time.sleep(60)
