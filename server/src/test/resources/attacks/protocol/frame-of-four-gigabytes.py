# Announces a message that is larger than the memory.
# ends: WORKER_DIED: The worker died while it ran the code.
raw(struct.pack('>II', 0xffffffff, 0xffffffff) * 100)
time.sleep(60)
