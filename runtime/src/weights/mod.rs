// SPDX-License-Identifier: Apache-2.0

//! What calls cost: the SDK's measurements for its pallets, bounds for ours.

mod estimate;

pub use estimate::Estimate;

/// Weights of `frame_system`.
pub mod frame_system {
	pub use frame_system::weights::SubstrateWeight as WeightInfo;
}
/// Weights of the extensions of `frame_system`.
pub mod frame_system_extensions {
	pub use frame_system::SubstrateExtensionsWeight as WeightInfo;
}
/// Weights of `pallet_timestamp`.
pub mod pallet_timestamp {
	pub use pallet_timestamp::weights::SubstrateWeight as WeightInfo;
}
/// Weights of `pallet_balances`.
pub mod pallet_balances {
	pub use pallet_balances::weights::SubstrateWeight as WeightInfo;
}
/// Weights of `pallet_collective`.
pub mod pallet_collective {
	pub use pallet_collective::weights::SubstrateWeight as WeightInfo;
}
/// Weights of `pallet_transaction_payment`.
pub mod pallet_transaction_payment {
	pub use pallet_transaction_payment::weights::SubstrateWeight as WeightInfo;
}
