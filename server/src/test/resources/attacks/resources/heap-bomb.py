# Takes all memory that there is.
# ends: OUT_OF_MEMORY: The run needed more than the 512 MiB of memory of its tier.
kept = []
while True:
    kept.append(b'x' * (64 << 20))
