// SPDX-License-Identifier: Apache-2.0

//! The routes, described in OpenAPI 3.1.

use serde_json::{Value, json};

/// The document of `/openapi.json`.
pub(crate) fn document() -> Value {
	let refusals = |others: Value| {
		let mut answers = json!({
			"401": { "description": "The scorer's token is missing or wrong" },
			"408": { "description": "The request took too long" },
		});
		if let (Some(answers), Value::Object(others)) = (answers.as_object_mut(), others) {
			answers.extend(others);
		}
		answers
	};
	let scale = |summary: &str, request: &str, answer: &str| {
		let bytes = json!({ "type": "string", "format": "binary" });
		json!({ "post": {
			"summary": summary,
			"security": [{ "token": [] }, {}],
			"requestBody": {
				"required": true,
				"description": format!("SCALE of contour_primitives::scorer::{request}"),
				"content": { "application/octet-stream": { "schema": bytes } },
			},
			"responses": refusals(json!({
				"200": {
					"description": format!("SCALE of contour_primitives::scorer::{answer}"),
					"content": { "application/octet-stream": { "schema": bytes } },
				},
				"400": { "description": "The body is something else" },
				"413": { "description": "The body is longer than a mebibyte" },
			})),
		} })
	};
	let list = json!({
		"type": "array",
		"items": { "$ref": "#/components/schemas/Answered" },
	});
	let listed = |description: &str| {
		json!({
			"description": description,
			"content": { "application/json": { "schema": list } },
		})
	};
	json!({
		"openapi": "3.1.0",
		"info": {
			"title": "contour-scorer",
			"version": env!("CARGO_PKG_VERSION"),
			"license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
		},
		"paths": {
			"/score": scale("Score a task", "Readings", "Answer<Report>"),
			"/panel": scale("Store readings for a panel", "PanelRequest", "Answer<Sealed>"),
			"/tasks": { "get": {
				"summary": "Answers to the node, the latest first",
				"security": [{ "token": [] }, {}],
				"responses": refusals(json!({ "200": listed("At most 1000 answers") })),
			} },
			"/tasks/{task}": { "get": {
				"summary": "Answers about one task, the latest first",
				"security": [{ "token": [] }, {}],
				"parameters": [{
					"name": "task",
					"in": "path",
					"required": true,
					"schema": { "type": "integer", "minimum": 0, "maximum": u32::MAX },
				}],
				"responses": refusals(json!({
					"200": listed("All answers about the task"),
					"400": { "description": "This is not the number of a task" },
					"404": { "description": "There is no answer about the task" },
				})),
			} },
			"/health": { "get": {
				"summary": "Whether the scorer serves",
				"responses": { "200": {
					"description": "It serves",
					"content": { "application/json": { "schema": {
						"type": "object",
						"required": ["status"],
						"properties": { "status": { "const": "ok" } },
					} } },
				} },
			} },
			"/metrics": { "get": {
				"summary": "Counts for Prometheus",
				"responses": { "200": {
					"description": "Prometheus' text format",
					"content": { "text/plain": { "schema": { "type": "string" } } },
				} },
			} },
			"/openapi.json": { "get": {
				"summary": "This document",
				"responses": { "200": {
					"description": "OpenAPI 3.1",
					"content": { "application/json": { "schema": { "type": "object" } } },
				} },
			} },
		},
		"components": {
			"securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
			"schemas": schemas(),
		},
	})
}

fn schemas() -> Value {
	let hash = json!({ "type": "string", "pattern": "^0x[0-9a-f]{64}$" });
	let ppm = json!({ "type": "integer", "minimum": 0, "maximum": 1_000_000 });
	let numbers = json!({
		"type": "array",
		"items": { "type": "integer", "minimum": 1 },
		"minItems": 3,
		"maxItems": 3,
	});
	json!({
		"Answered": {
			"type": "object",
			"required": ["genesis", "task", "study", "at"],
			"properties": {
				"genesis": hash,
				"task": { "type": "integer" },
				"study": hash,
				"at": { "type": "integer", "description": "Milliseconds since the Unix epoch" },
				"report": { "$ref": "#/components/schemas/Report" },
				"panel": {
					"type": "object",
					"description": "Where the readings for a panel are",
					"required": ["object", "store"],
					"properties": {
						"object": { "type": "string", "pattern": "^[0-9a-f]{64}$" },
						"store": { "type": "string" },
					},
				},
			},
		},
		"Report": {
			"type": "object",
			"required": [
				"hash", "method", "size", "spacingMicrometres", "consensus", "agreementPpm", "readings",
			],
			"properties": {
				"hash": hash,
				"method": { "enum": ["majority", "simple", "staple"] },
				"size": numbers,
				"spacingMicrometres": numbers,
				"consensus": { "anyOf": [hash, { "type": "null" }] },
				"agreementPpm": { "anyOf": [ppm, { "type": "null" }] },
				"readings": { "type": "array", "items": { "$ref": "#/components/schemas/Reading" } },
			},
		},
		"Reading": {
			"type": "object",
			"required": ["reader", "outcome"],
			"properties": {
				"reader": { "type": "string", "description": "Account (SS58)" },
				"outcome": { "enum": [
					"scored", "missing", "sealed", "malformed", "geometry", "structure", "tooLarge",
					"unaccepted",
				] },
				"dicePpm": ppm,
				"hd95Micrometres": { "type": ["integer", "null"] },
				"mask": hash,
				"counted": { "type": "boolean" },
			},
		},
	})
}
