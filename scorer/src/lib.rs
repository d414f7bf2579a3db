// SPDX-License-Identifier: Apache-2.0

//! The service that scores blind readings for a node.
