package dev.nerium.result;

/** An amount that a hostile stream may use up: messages can point at one thing many times, and so be endless. */
final class Allowance {
    private final String what;
    private final long most;
    private long left;

    Allowance(String what, long most) {
        this.what = what;
        this.most = most;
        this.left = most;
    }

    void spend(long amount) throws CorruptResultException {
        left -= amount;
        if (amount < 0 || left < 0) {
            throw new CorruptResultException("the Arrow stream has more than " + most + " " + what);
        }
    }
}
