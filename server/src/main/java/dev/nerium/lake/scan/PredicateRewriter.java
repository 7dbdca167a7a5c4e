package dev.nerium.lake.scan;

import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.ExpressionVisitors;
import org.apache.iceberg.expressions.ExpressionVisitors.ExpressionVisitor;
import org.apache.iceberg.expressions.Expressions;

/** Replaces predicates of an expression, which has none that is negated then, and keeps the rest. */
public abstract class PredicateRewriter extends ExpressionVisitor<Expression> {
    public final Expression rewrite(Expression expression) {
        return ExpressionVisitors.visit(Expressions.rewriteNot(expression), this);
    }

    @Override
    public Expression alwaysTrue() {
        return Expressions.alwaysTrue();
    }

    @Override
    public Expression alwaysFalse() {
        return Expressions.alwaysFalse();
    }

    @Override
    public Expression and(Expression left, Expression right) {
        return Expressions.and(left, right);
    }

    @Override
    public Expression or(Expression left, Expression right) {
        return Expressions.or(left, right);
    }
}
