# Sends what the protocol does not know: deep nesting.
# ends: WORKER_DIED: The worker died while it ran the code.
send(b'{"type": "ask", "x": ' + b'[' * 100_000 + b']' * 100_000 + b'}')
time.sleep(60)
