# Fills the disk of the server, in its own folder, with files that are each small.
# ends: SCRIPT_FAILED: OSError at line *
# ends: OUT_OF_DISK: *
for number in range(400):
    with open(f'/job/out/{number}', 'wb', buffering=0) as file:
        file.write(os.urandom(1 << 20) * 16)
