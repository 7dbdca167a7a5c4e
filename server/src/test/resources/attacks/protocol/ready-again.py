# Sends what the protocol does not know: ready again.
# ends: WORKER_DIED: The worker died while it ran the code.
send({'type': 'ready', 'protocol': 1})
time.sleep(60)
