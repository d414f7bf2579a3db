// SPDX-License-Identifier: Apache-2.0

//! Words on the command line, in JSON and in metrics: programs read them.

use contour_scoring::{Method, Ppm, Rejection, UnknownMethod};
use serde_json::{from_value, json};

#[test]
fn should_keep_the_word_of_every_method_when_shown_and_read() {
	for (method, word) in Method::ALL.into_iter().zip(["majority", "simple", "staple"]) {
		assert_eq!(method.to_string(), word);
		assert_eq!(word.parse(), Ok(method));
		assert_eq!(word.to_uppercase().parse(), Ok(method));
		assert_eq!(json!(method), word);
		assert_eq!(from_value::<Method>(json!(word)).unwrap(), method);
	}
	assert_eq!("mean".parse::<Method>(), Err(UnknownMethod));
	let words = Method::ALL.map(Method::as_str).join(", ");
	assert_eq!(UnknownMethod.to_string(), format!("one of {words}"));
}

#[test]
fn should_keep_the_word_of_every_rejection_when_shown() {
	let words =
		["missing", "sealed", "malformed", "geometry", "structure", "tooLarge", "unaccepted"];
	for (rejection, word) in Rejection::ALL.into_iter().zip(words) {
		assert_eq!(rejection.to_string(), word);
		assert_eq!(json!(rejection), word);
	}
}

#[test]
fn should_be_a_number_of_parts_when_written_as_json() {
	assert_eq!(json!(Ppm::from_parts(973_128)), 973_128);
}
