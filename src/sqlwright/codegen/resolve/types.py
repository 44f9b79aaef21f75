"""Types in Python: a `PgType` in, its annotation and the expression that builds its value out.

Declares, once each, what a type needs: enum classes, Literal aliases, models of table rows, composites and records,
and the readers of JSON columns. The surprise: only values that need work get an expression; psycopg's own values pass
unchanged, and where models are pydantic's it makes the members of enums while it validates.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, auto

from sqlwright.codegen.ir import Column, ColumnRef, PgType, Relation, TypeKind
from sqlwright.codegen.naming import class_name, constant_name, field_names, singular
from sqlwright.codegen.python_ir import (
    Annotation,
    Call,
    EnumClass,
    Expression,
    Import,
    JsonAdapter,
    ListOf,
    LiteralAlias,
    Model,
    ModelField,
    OrNone,
    ValueReader,
)
from sqlwright.codegen.resolve.clash import NameClash
from sqlwright.codegen.resolve.class_names import RESERVED, ClassNames
from sqlwright.codegen.resolve.literals import literal
from sqlwright.codegen.structure import bare, is_json, is_list, scalar

__all__ = ["Place", "PythonTypes", "Value"]


class Place(Enum):
    """Where a value goes, and so who looks at it."""

    #: a field of a pydantic model, which validates it
    VALIDATED = auto()
    #: a field of a dataclass or Struct, which takes what it gets
    UNVALIDATED = auto()
    #: the result of a function
    ALONE = auto()


#: By what the configuration says of rows.
_ROW_BASES = {"pydantic": "RowModel", "dataclass": "RowRecord", "msgspec": "RowStruct"}


@dataclass(frozen=True, slots=True)
class Value:
    """An expression, and the functions of `sqlwright.runtime.models` that it calls."""

    expression: Expression
    builders: frozenset[str] = frozenset()


@dataclass(slots=True)
class PythonTypes:
    """All types of one generated package."""

    package: str
    relations: Mapping[tuple[str, str], Relation]
    #: `projects.collected_data` → `product_helper.types:CollectedData`
    json: Mapping[str, str]
    #: `vector` → `product_helper.types:Vector`
    classes: Mapping[str, str] = field(default_factory=dict[str, str])
    #: what the models of rows are: pydantic, dataclass or msgspec
    rows: str = "pydantic"
    enums: dict[str, EnumClass] = field(default_factory=dict[str, EnumClass])
    aliases: dict[str, LiteralAlias] = field(default_factory=dict[str, LiteralAlias])
    json_adapters: dict[str, JsonAdapter] = field(default_factory=dict[str, JsonAdapter])
    readers: dict[str, ValueReader] = field(default_factory=dict[str, ValueReader])
    models: dict[str, Model] = field(default_factory=dict[str, Model])
    #: models that are sent as parameters: their fields whose annotation does not say how, with the type that does
    sent: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])
    names: ClassNames = field(init=False)
    _owners: dict[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        self.names = ClassNames(self.relations)

    # --- ANNOTATIONS ---

    def annotation(
        self,
        pg_type: PgType,
        *,
        owner: str,
        origin: ColumnRef | None = None,
        choices: Sequence[str | int] = (),
        nullable: bool = False,
    ) -> Annotation:
        """The annotation of a value of that type.

        `owner` names the class that an anonymous record gets; `origin` is the table column that the value comes from or
        goes to, which decides about Literals and JSON models.
        """
        plain = self._annotation(pg_type, owner, origin, choices)
        return plain | "None" if nullable and plain.text != "None" else plain

    def _annotation(
        self, pg_type: PgType, owner: str, origin: ColumnRef | None, choices: Sequence[str | int]
    ) -> Annotation:
        if (configured := self.configured_class(pg_type)) is not None:
            return configured
        match pg_type.kind:
            case TypeKind.ARRAY if pg_type.element is not None:
                element = self._annotation(pg_type.element, owner, origin, choices)
                return Annotation(_lists(element.text, pg_type), element.imports)
            case TypeKind.DOMAIN if pg_type.element is not None:
                return self._annotation(pg_type.element, owner, origin, choices)
            case TypeKind.ENUM:
                return self._local(self.enum(pg_type))
            case TypeKind.COMPOSITE if pg_type.relation in self.relations and pg_type.relation is not None:
                return self._local(self.relation_model(self.relations[pg_type.relation]).name)
            case TypeKind.COMPOSITE | TypeKind.RECORD if pg_type.fields:
                name = owner if pg_type.kind is TypeKind.RECORD else self.names.type(pg_type)
                doc = f"A value of the composite type {pg_type.display}." if pg_type.kind is TypeKind.COMPOSITE else ""
                return self._local(self.row_model(name, pg_type.fields, doc or "A nested row.", pg_type.display).name)
            case TypeKind.RANGE | TypeKind.MULTIRANGE if pg_type.element is not None:
                subtype = self._subtype(pg_type.element, owner)
                name = "Range" if pg_type.kind is TypeKind.RANGE else "Multirange"
                return Annotation(
                    f"{name}[{subtype.text}]", subtype.imports | {Import("sqlwright.runtime.models", name)}
                )
            case TypeKind.RECORD | TypeKind.COMPOSITE:
                return Annotation("tuple[Any, ...]", frozenset((Import("typing", "Any"),)))
            case _:
                pass
        if choices and origin is not None and scalar(pg_type).classes in ("str", "int"):
            return self._local(self.alias(origin, choices))
        if is_json(pg_type) and (target := self.configured_json(origin)):
            return target
        return scalar(pg_type).annotation

    def _subtype(self, pg_type: PgType, owner: str) -> Annotation:
        """The annotation of a range's bounds, which are values as the driver makes them."""
        inner = bare(pg_type)
        return scalar(inner).annotation if inner.kind is TypeKind.BASE else self._annotation(inner, owner, None, ())

    def spelled(self, pg_type: PgType, origin: ColumnRef | None, choices: Sequence[str | int]) -> str:
        """The type as text, without declaring anything: a CHECK list as its Literal, a record as a tuple of its types.

        A table's row is called by its model's name, whatever else the package may come to contain.
        """
        if (configured := self.configured_class(pg_type)) is not None:
            return configured.text
        match pg_type.kind:
            case TypeKind.ARRAY if pg_type.element is not None:
                return _lists(self.spelled(pg_type.element, origin, choices), pg_type)
            case TypeKind.DOMAIN if pg_type.element is not None:
                return self.spelled(pg_type.element, origin, choices)
            case TypeKind.ENUM:
                return self.names.type(pg_type)
            case TypeKind.COMPOSITE:
                return self.names.relation(*pg_type.relation) if pg_type.relation else self.names.type(pg_type)
            case TypeKind.RECORD if pg_type.fields:
                return f"tuple[{', '.join(self._spelled_column(each) for each in pg_type.fields)}]"
            case TypeKind.RECORD:
                return "tuple[Any, ...]"
            case _:
                pass
        if choices and scalar(pg_type).classes in ("str", "int"):
            return f"Literal[{', '.join(repr(each) for each in choices)}]"
        return self._annotation(pg_type, "", origin, ()).text

    def _spelled_column(self, column: Column) -> str:
        text = self.spelled(column.type, column.origin, column.choices)
        return f"{text} | None" if column.nullable else text

    def _local(self, name: str) -> Annotation:
        return Annotation(name, frozenset((Import(f"{self.package}.models", name),)))

    def configured_json(self, origin: ColumnRef | None) -> Annotation | None:
        """The type that the configuration names for a JSON column."""
        configured = self._configured(origin)
        return _imported(configured) if configured is not None else None

    def configured_class(self, pg_type: PgType) -> Annotation | None:
        """The class that the configuration names for a base type or a domain."""
        if not self.classes or pg_type.kind not in (TypeKind.BASE, TypeKind.DOMAIN):
            return None
        configured = self.classes.get(pg_type.name) or self.classes.get(f"{pg_type.schema}.{pg_type.name}")
        return _imported(configured) if configured is not None else None

    def _configured(self, origin: ColumnRef | None) -> str | None:
        if origin is None:
            return None
        relation = self.relations.get((origin.schema, origin.table))
        display = relation.display if relation else origin.table
        return self.json.get(f"{display}.{origin.column}") or self.json.get(
            f"{origin.schema}.{origin.table}.{origin.column}"
        )

    # --- VALUES ---

    def value(self, column: Column, source: str, *, owner: str, place: Place) -> Value:
        """The expression that turns the driver's value, `source`, into the annotated one."""
        pg_type, nullable = column.type, column.nullable
        builder = self._builder(column, pg_type, owner, place)
        if builder is None and pg_type.name == "void":
            return Value("None")  # psycopg gives an empty text
        given: Expression = source
        builders = builder.imports if builder is not None else frozenset[str]()
        if place is not Place.VALIDATED:
            array = bare(pg_type)
            if array.kind is TypeKind.ARRAY and array.element is not None and not is_list(bare(array.element)):
                given = Call("array", (given, str(array.dimensions), literal(column.name)))
                builders |= {"array"}
            # A function's only value is looked at even where it was proved: that costs little.
            if column.promised or (place is Place.ALONE and builder is None and not nullable):
                given = Call("required", (given, literal(column.name)))
                builders |= {"required"}
        if builder is None:
            return Value(given, builders)
        built = builder.of(given)
        return Value(OrNone(source, built) if nullable else built, builders)

    def _builder(self, column: Column, pg_type: PgType, owner: str, place: Place) -> _Builder | None:
        """What builds a value of a type that is the column's, or within it."""
        if (configured := self.configured_class(pg_type)) is not None:
            return _Builder(configured.text)
        match pg_type.kind:
            case TypeKind.ARRAY if pg_type.element is not None:
                builder = self._builder(column, pg_type.element, owner, place)
                if builder is not None:
                    inner = (False,) * (pg_type.dimensions - 1)
                    builder = replace(builder, lists=(*inner, pg_type.element_nullable, *builder.lists))
                return builder
            case TypeKind.DOMAIN if pg_type.element is not None:
                return self._builder(column, pg_type.element, owner, place)
            case TypeKind.ENUM:
                name = self.enum(pg_type)
                if place is Place.UNVALIDATED:
                    return _Builder(self._reader(name, Call("members", (name,))))
                return _Builder(name) if place is Place.ALONE else None
            case TypeKind.COMPOSITE if pg_type.relation in self.relations and pg_type.relation is not None:
                return _Builder(self.relation_model(self.relations[pg_type.relation]).row_function or "")
            case TypeKind.COMPOSITE | TypeKind.RECORD if pg_type.fields:
                name = self._annotation(pg_type, owner, column.origin, ()).text
                return _Builder(self.models[name].row_function or "")
            case _:
                pass
        if is_json(pg_type):
            if (target := self.configured_json(column.origin)) is not None:
                return _Builder(self._json_adapter(target))
            return _Builder("from_json", imports=frozenset(("from_json",)))
        if place is Place.UNVALIDATED and (alias := self._alias(column, pg_type)) is not None:
            return _Builder(self._reader(alias, Call("choices", (alias, literal(alias)))))
        return None

    def _reader(self, class_name: str, call: Call) -> str:
        name = f"_{snake(class_name)}"
        self.readers[name] = ValueReader(name, call)
        return name

    def _alias(self, column: Column, pg_type: PgType) -> str | None:
        if column.choices and column.origin is not None and scalar(pg_type).classes in ("str", "int"):
            return self.alias(column.origin, column.choices)
        return None

    def _is_cyclic(self, column: Column, pg_type: PgType, owner: str) -> bool:
        """Whether a value of the type could hold, in the end, the row that it is in."""
        if self.configured_class(pg_type) is not None or is_json(pg_type):
            return True
        match pg_type.kind:
            case TypeKind.DOMAIN if pg_type.element is not None:
                return self._is_cyclic(column, pg_type.element, owner)
            case TypeKind.COMPOSITE | TypeKind.RECORD:
                model = self.models.get(self._annotation(pg_type, owner, column.origin, ()).text)
                return model is None or model.cyclic
            case TypeKind.BASE | TypeKind.ENUM:
                return False
            case _:
                return True

    # --- DECLARATIONS ---

    def enum(self, pg_type: PgType) -> str:
        """The StrEnum of an enum type."""
        name = self.names.type(pg_type)
        self._claim(name, f"enum type {pg_type.display}")
        if name not in self.enums:
            members: dict[str, str] = {}
            for label in pg_type.labels:
                member = constant_name(label)
                while member in members:
                    member += "_"
                members[member] = literal(label)
            self.enums[name] = EnumClass(name, f"The enum type {pg_type.display}.", tuple(members.items()))
        return name

    def alias(self, origin: ColumnRef, choices: Sequence[str | int]) -> str:
        """The Literal of a column's CHECK list."""
        name = self.names.check_list(origin)
        self._claim(name, f"CHECK list of {origin.table}.{origin.column}")
        self.aliases[name] = LiteralAlias(
            name, f"What the CHECK constraint of {origin.table}.{origin.column} allows.", tuple(map(literal, choices))
        )
        return name

    def relation_model(self, relation: Relation) -> Model:
        """The model of a table's or view's row."""
        return self.row_model(
            self.names.relation(relation.schema, relation.name),
            relation.columns,
            f"A row of {relation.display}.",
            f"the rows of {relation.display}",
        )

    def row_model(self, name: str, columns: Sequence[Column], doc: str, owner: str) -> Model:
        """A row model with that name; the same columns under the same name are the same model.

        Raises:
            NameClash: the name is taken by something else.
        """
        if self._owners.get(name) == owner and name in self.models:
            return self.models[name]
        table = self.names.table_of(name)
        if table is not None and [each.name for each in table.columns] != [each.name for each in columns]:
            raise NameClash(name, owner, f"the rows of {table.display}")
        built: list[ModelField] = []
        builders: set[str] = set()
        place = Place.VALIDATED if self.rows == "pydantic" else Place.UNVALIDATED
        cyclic = False
        names = field_names(column.name for column in columns)
        for index, (field_name, column) in enumerate(zip(names, columns, strict=True)):
            nested = name + class_name(singular(column.name) if is_list(column.type) else column.name)
            annotation = self.annotation(
                column.type, owner=nested, origin=column.origin, choices=column.choices, nullable=column.nullable
            )
            value = self.value(column, f"row[{index}]", owner=nested, place=place)
            builders |= value.builders
            built.append(ModelField(field_name, annotation, value=value.expression))
            cyclic = cyclic or self._is_cyclic(column, column.type, nested)
        base = _ROW_BASES[self.rows]
        model = Model(name, base, doc, tuple(built), self._row_function(name), frozenset(builders), cyclic)
        return self.declare(model, owner)

    def declare(self, model: Model, owner: str) -> Model:
        """Add a model; one that is there already must have the same fields.

        Raises:
            NameClash: it has other fields, or the name is another declaration's.
        """
        earlier = self.models.get(model.name)
        if earlier is not None:
            if earlier.base == model.base and _shape(earlier) == _shape(model):
                self.models[model.name] = both = _with_checks_of(earlier, model)
                return both
            raise NameClash(model.name, owner, self._owners[model.name], _difference(earlier, model))
        self._claim(model.name, owner)
        self.models[model.name] = model
        return model

    @property
    def taken(self) -> Iterable[str]:
        """The names of all classes so far."""
        return self._owners.keys()

    def _json_adapter(self, target: Annotation) -> str:
        function = f"{snake(target.text)}_json"
        self.json_adapters[function] = JsonAdapter(function, target)
        return function

    def _row_function(self, name: str) -> str:
        short, full = f"{snake(name).removesuffix('_row')}_row", f"{snake(name)}_row"
        # The query `project` has its ProjectRow beside the table's Project.
        taken = any(each.row_function == short and each.name != name for each in self.models.values())
        return full if taken else short

    def _claim(self, name: str, owner: str) -> None:
        if name in RESERVED:
            raise NameClash(name, owner, "an import of generated modules")
        earlier = self._owners.setdefault(name, owner)
        if earlier != owner:
            raise NameClash(name, owner, earlier)


@dataclass(frozen=True, slots=True)
class _Builder:
    """What builds a value: a function of one argument, and the lists around its values, from the outermost."""

    function: str
    imports: frozenset[str] = frozenset()
    #: for each list: whether its elements may be NULL
    lists: tuple[bool, ...] = ()

    def of(self, source: Expression) -> Expression:
        """The expression that builds one from a value that is not NULL."""
        if not self.lists:
            return Call(self.function, (source,))
        nullable, *inner = self.lists
        name = ("item", "items")[len(inner)] if len(inner) < 2 else f"items_{len(inner)}"
        element = replace(self, lists=tuple(inner)).of(name)
        return ListOf(OrNone(name, element) if nullable else element, name, source)


def _imported(place: str) -> Annotation:
    module, _, name = place.partition(":")
    return Annotation(name, frozenset((Import(module, name),)))


def _lists(element: str, array: PgType) -> str:
    # Only elements can be NULL, and not the arrays of another dimension around them.
    text = f"{element} | None" if array.element_nullable else element
    for _ in range(array.dimensions):
        text = f"list[{text}]"
    return text


def snake(name: str) -> str:
    """`ProjectWithLatestConversation` → `project_with_latest_conversation`."""
    parts: list[str] = []
    for index, letter in enumerate(name):
        previous = name[index - 1] if index else ""
        following = name[index + 1] if index + 1 < len(name) else ""
        if letter.isupper() and previous and (previous.islower() or previous.isdigit() or following.islower()):
            parts.append("_")
        parts.append(letter.lower())
    return "".join(parts).replace("__", "_")


def _difference(earlier: Model, model: Model) -> str:
    before, after = ({name: hint for name, hint, _ in _shape(each)} for each in (earlier, model))
    for name in (*after, *before):
        if before.get(name) != after.get(name):
            hints = [f"{name}: {fields[name]}" if name in fields else f"no {name}" for fields in (after, before)]
            return f"it has {hints[0]}, the other {hints[1]}"
    return "the fields differ in their order or defaults" if earlier.base == model.base else "they are of other kinds"


def _with_checks_of(earlier: Model, model: Model) -> Model:
    """The earlier one of two equal models, checking what either checks: one query's proof is another's promise."""
    later = {field.name: field.value for field in model.fields}
    fields = (
        replace(field, value=later[field.name]) if _is_checked(later[field.name]) else field for field in earlier.fields
    )
    return replace(earlier, fields=tuple(fields), builders=earlier.builders | model.builders)


def _is_checked(value: Expression) -> bool:
    match value:
        case Call():
            return value.function == "required" or any(map(_is_checked, value.arguments))
        case ListOf():
            return _is_checked(value.values)
        case _:
            return False


def _shape(model: Model) -> tuple[tuple[str, str, Expression | None], ...]:
    fields = ((each.name, each.annotation.text, each.default) for each in model.fields)
    # Attributes of an object parameter have no order of their own; the columns of a row do.
    return tuple(sorted(fields, key=lambda each: each[0]) if model.base == "InputModel" else fields)
