# Sends what the protocol does not know: plan of a fraction.
# ends: WORKER_DIED: The worker died while it ran the code.
send({'type': 'ask', 'id': 1, 'what': 'plan', 'table': 0.5})
time.sleep(60)
