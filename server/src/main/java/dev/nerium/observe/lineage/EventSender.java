package dev.nerium.observe.lineage;

import io.openlineage.client.OpenLineageClientUtils;
import io.openlineage.client.transports.Transport;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/** Sends events by a transport of OpenLineage's client. */
@FunctionalInterface
interface EventSender {
    /** @param event as JSON */
    void send(String event);

    /**
     * The transports {@code http} and {@code file} have a private method that sends an event's text. They get the text as it is stored: the client's
     * public methods take its own classes, which cost more to fill and to write than the request, and which round long numbers. Other transports
     * get these classes.
     */
    static EventSender of(Transport transport) {
        try {
            MethodHandle emit = MethodHandles.privateLookupIn(transport.getClass(), MethodHandles.lookup())
                    .findVirtual(transport.getClass(), "emit", MethodType.methodType(void.class, String.class));
            return event -> emit(emit, transport, event);
        } catch (ReflectiveOperationException e) {
            return event -> transport.emit(OpenLineageClientUtils.runEventFromJson(event));
        }
    }

    private static void emit(MethodHandle emit, Transport transport, String event) {
        try {
            emit.invoke(transport, event);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("The transport failed", e);
        }
    }
}
