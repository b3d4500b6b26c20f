//! DynamoDB tables and their indexes.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    IndexSpec, KeySpec, Projection, TableSpec, TemplateError,
    resource::{Node, Resource},
};

/// Reads one `AWS::DynamoDB::Table`.
pub(super) fn read(resource: &Resource<'_>) -> Result<TableSpec, TemplateError> {
    if resource.node("LocalSecondaryIndexes")?.is_some() {
        return Err(resource.refuse("LocalSecondaryIndexes", "is not understood"));
    }
    let mut attributes = BTreeMap::new();
    for node in resource.required("AttributeDefinitions")?.items()? {
        attributes.insert(node.required_text("AttributeName")?, node.required_text("AttributeType")?);
    }
    let indexes = match resource.node("GlobalSecondaryIndexes")? {
        Some(nodes) => nodes.items()?.iter().map(index).collect::<Result<_, _>>()?,
        None => Vec::new(),
    };
    let table = TableSpec {
        logical_id: resource.logical_id.to_owned(),
        name: resource.name()?,
        key: key(&resource.required("KeySchema")?)?,
        indexes,
        ttl_attribute: ttl(resource)?,
        attributes,
    };
    check_attributes(resource, &table)?;
    Ok(table)
}

fn index(node: &Node) -> Result<IndexSpec, TemplateError> {
    let projection = node.required("Projection")?;
    let kind = projection.required("ProjectionType")?;
    Ok(IndexSpec {
        name: node.required_text("IndexName")?,
        key: key(&node.required("KeySchema")?)?,
        projection: match kind.to_text()?.as_str() {
            "ALL" => Projection::All,
            "KEYS_ONLY" => Projection::KeysOnly,
            "INCLUDE" => {
                let included = projection.list("NonKeyAttributes")?;
                Projection::Include(included.iter().map(Node::to_text).collect::<Result<_, _>>()?)
            }
            other => return Err(kind.refuse(format!("{other} is no projection"))),
        },
    })
}

fn key(schema: &Node) -> Result<KeySpec, TemplateError> {
    let (mut hash, mut range) = (None, None);
    for node in schema.items()? {
        let name = node.required_text("AttributeName")?;
        match node.required_text("KeyType")?.as_str() {
            "HASH" => hash = Some(name),
            "RANGE" => range = Some(name),
            other => return Err(node.refuse(format!("{other} is no key type"))),
        }
    }
    Ok(KeySpec { hash: hash.ok_or_else(|| schema.refuse("HASH is missing"))?, range })
}

fn ttl(resource: &Resource<'_>) -> Result<Option<String>, TemplateError> {
    let Some(node) = resource.node("TimeToLiveSpecification")? else { return Ok(None) };
    if node.text("Enabled")?.as_deref() == Some("false") {
        return Ok(None);
    }
    node.required_text("AttributeName").map(Some)
}

/// DynamoDB refuses a table whose attribute definitions are not exactly its key attributes.
fn check_attributes(resource: &Resource<'_>, table: &TableSpec) -> Result<(), TemplateError> {
    let keys = std::iter::once(&table.key).chain(table.indexes.iter().map(|index| &index.key));
    let used: BTreeSet<&String> =
        keys.flat_map(|key| [Some(&key.hash), key.range.as_ref()]).flatten().collect();
    let defined: BTreeSet<&String> = table.attributes.keys().collect();
    match used.symmetric_difference(&defined).next() {
        None => Ok(()),
        Some(odd) if defined.contains(odd) => {
            Err(resource.refuse("AttributeDefinitions", format!("{odd} is part of no key")))
        }
        Some(odd) => {
            Err(resource.refuse("AttributeDefinitions", format!("the key attribute {odd} is missing")))
        }
    }
}
