# Sends a message without a header.
# ends: WORKER_DIED: The worker died while it ran the code.
raw(struct.pack('>II', 0, 0))
time.sleep(60)
