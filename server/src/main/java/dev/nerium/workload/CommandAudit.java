package dev.nerium.workload;

import dev.nerium.audit.Actor;
import dev.nerium.audit.Audit;
import dev.nerium.audit.AuditAction;
import dev.nerium.audit.AuditChange;
import dev.nerium.error.ErrorKind;
import dev.nerium.error.NeriumException;
import dev.nerium.lake.command.Command;
import dev.nerium.lake.rest.CatalogChange;
import dev.nerium.lake.rest.CatalogResponse;
import java.util.Optional;
import java.util.function.Supplier;

/** Records the changes of catalogs that one run makes, by statements of SQL and by a script's catalog. */
final class CommandAudit {
    private final Audit audit;
    private final StartedRun started;

    CommandAudit(Audit audit, StartedRun started) {
        this.audit = audit;
        this.started = started;
    }

    /** Executes a statement; one that only reads is not recorded. */
    <T> T execute(Command command, Supplier<T> work) {
        return command.writes() ? audit.record(change(command), work) : work.get();
    }

    CatalogResponse execute(CatalogChange change, Supplier<CatalogResponse> work) {
        return audit.record(
                change(AuditAction.of(change.action()), change.object()), work, CatalogResponse::failureCode);
    }

    /** Fails if a script lacks a right, and records that. */
    void require(Runnable right) {
        try {
            right.run();
        } catch (NeriumException e) {
            if (e.code().kind() == ErrorKind.FORBIDDEN) {
                audit.denied(change(AuditAction.REQUEST_DENIED, "catalog of a script"));
            }
            throw e;
        }
    }

    private AuditChange change(Command command) {
        return switch (command) {
            case Command.CreateTable of ->
                change(AuditAction.TABLE_CREATE, of.table().toString());
            case Command.DropTable of ->
                change(AuditAction.TABLE_DROP, of.table().toString());
            case Command.RenameTable of ->
                change(AuditAction.TABLE_RENAME, of.table().toString());
            case Command.AlterTable of ->
                change(AuditAction.TABLE_ALTER, of.table().toString());
            case Command.CreateSchema of ->
                change(AuditAction.NAMESPACE_CREATE, of.schema().toString());
            case Command.DropSchema of ->
                change(AuditAction.NAMESPACE_DROP, of.schema().toString());
            case Command.CreateView of ->
                change(AuditAction.VIEW_CREATE, of.view().toString());
            case Command.AlterView of ->
                change(AuditAction.VIEW_ALTER, of.view().toString());
            case Command.DropView of -> change(AuditAction.VIEW_DROP, of.view().toString());
            case Command.CreateRef of ->
                change(AuditAction.REF_CHANGE, of.table().toString());
            case Command.DropRef of -> change(AuditAction.REF_CHANGE, of.table().toString());
            case Command.FastForwardBranch of ->
                change(AuditAction.REF_CHANGE, of.table().toString());
            case Command.ChangeGrants of ->
                change(of.grants() ? AuditAction.GRANT_CREATE : AuditAction.GRANT_REVOKE, of.on() + " " + of.grantee());
            case Command.ShowGrants of -> throw new IllegalArgumentException(of + " changes nothing");
            case Command.Question question -> throw new IllegalArgumentException(question + " changes nothing");
            case Command.ShowCreateView of -> throw new IllegalArgumentException(of + " changes nothing");
        };
    }

    private AuditChange change(AuditAction action, String object) {
        return new AuditChange(Actor.of(started.principal()), action, object, Optional.of(started.id()));
    }
}
